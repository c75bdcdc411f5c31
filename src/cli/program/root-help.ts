/**
 * Holds the output of `holdfast --help`. `npm run docs` generates it from commands.ts, so that
 * printing it needs no parser.
 */

export const rootHelp = `Usage: holdfast [options] [command]

Keeps an AI agent attached to its models, and tells you why.

Options:
  -V, --version                 output the version number
  -h, --help                    display help for command

Commands:
  init [options]                ask three questions and write a first
                                configuration; nothing is overwritten
  serve [options]               start the HTTP gateway
  sim [options]                 start the simulated provider, which breaks on
                                purpose
  demo [options]                a guided tour of ten seconds: each rescue as
                                caller and provider see it
  drill [options]               break simulated providers in your own
                                configuration, and see who is answered
  health [options]              whether the gateway takes requests; for
                                containers
  service                       the gateway as a service of systemd or launchd
  cost [options]                tokens and money, by caller, task, target or day
  key [options]                 the gateway's keys; alone, prints the first one
  ask [options] [prompt]        ask one question; the answer streams to stdout
  sessions                      conversations that are kept, in a file of their
                                own
  chat [options]                talk with the models in the terminal;
                                conversations are kept and can be resumed
  explain [options] [subject]   who would be asked now, with which key and why;
                                what is in the way, and what mends it
  doctor [options]              look at all that a request needs: settings,
                                keys, servers, state, the gateway; what mends it
  tasks [options]               each task with its route, how it fared last, and
                                what it cost
  models [options]              list the models a request may name
  why [options] [id]            why a request ended as it did: the story of the
                                last, of one, or of several
  logs [options]                what the gateway has written into its log
  classify [options]            what a provider's answer on stdin means: curl -i
                                output, a body, or a stream
  completion [options] <shell>  print a completion script
  config                        look at and change the configuration
  fallback                      who is asked when the main model cannot answer
  descriptions                  images in the words that models without eyes
                                were told
  records                       what was asked and answered, where
                                records.content keeps it
  auth                          look at keys, test them, clear what holds them
                                back
  import                        bring another agent's settings along; its keys
                                stay where they are
  connect [options] [agent]     point an agent at the gateway; without a name,
                                list the agents that are here
  help [command]                display help for command
`;
