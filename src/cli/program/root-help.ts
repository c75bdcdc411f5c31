/**
 * Holds the output of `holdfast --help`. `npm run docs` generates it from commands.ts, so that
 * printing it needs no parser.
 */

export const rootHelp = `Usage: holdfast [options] [command]

Keeps an AI agent attached to its models, and tells you why.

Options:
  -V, --version                 output the version number
  -h, --help                    display help for command

First hour:
  init [options]                ask three questions and write a first
                                configuration; overwrites nothing
  serve [options]               start the HTTP gateway
  connect [options] [agent]     point an agent at the gateway; without a name,
                                list the agents on this machine
  doctor [options]              check all that a request needs: settings, keys,
                                servers, state, the gateway; say how to fix what
                                is wrong
  ui [options]                  open the page of the gateway: what runs, what
                                rests, what it costs
  why [options] [request]       show why a request ended as it did: the last
                                one, a given one, or several

Ask and chat:
  ask [options] [prompt]        ask one question; the answer streams to stdout
  chat [options]                chat with the models in the terminal
  sessions                      manage the conversations of the chat, kept so
                                you can resume them

Keys:
  auth                          manage the providers' keys: list, test, add,
                                unblock, log in
  key [options]                 manage the gateway's own keys; alone, print the
                                first one

Models and settings:
  config                        look at and change the configuration
  fallback                      manage the models to ask when the main model
                                cannot answer
  models [options]              list the models a request may name
  tasks [options]               show each task with its route, its last outcome
                                and its cost
  import                        import another agent's settings; its keys stay
                                where they are

What happens and what it costs:
  explain [options] [subject]   show who would be asked now, with which key and
                                why; what is in the way, and how to fix it
  logs [options]                print the log of the gateway
  cost [options]                show tokens and money by caller, task, target or
                                day
  classify [options]            explain a provider's answer, read from stdin:
                                curl -i output, a body, or a stream
  records                       manage stored requests and answers
                                (records.content)
  descriptions                  manage stored text descriptions of images, for
                                models without vision

Run it as a service:
  service                       run the gateway as a service of systemd or
                                launchd
  health [options]              check whether the gateway takes requests; for
                                containers

Try it on simulated providers:
  drill [options]               break simulated providers in your own
                                configuration, and show who answers
  sim [options]                 start the simulated provider, which fails on
                                purpose

Other:
  completion [options] <shell>  print a completion script for bash, zsh or fish

Commands:
  help [command]                display help for command
`;
