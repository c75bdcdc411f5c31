/**
 * Recognises remarks with which models begin to continue an answer (step 6 of a request, after a
 * break), in the ten languages of most answers. Data, and two functions that read it. Pure.
 */

/** The beginnings of remarks. Text with any other beginning is never held back. */
const openers = [
  "sure|certainly|of course|okay|ok|alright|all right|absolutely|understood|got it|no problem|right|great|perfect|sorry|apologies|my apologies|i apologi[sz]e|thank you|thanks|here['’]s|here|let me|let['’]s|i['’]ll|i will|i['’]m|i am|i was|as i was|as requested|continuing|continued|continuation|to continue|resuming|picking up|carrying on|going on|from where|(?:the |my )?(?:answer|response|message) (?:was|got)|(?:this is )?the (?:rest|remainder|continuation|remaining)|below is|now|back to",
  'natürlich|klar|gerne?|selbstverständlich|entschuldigung|verstanden|hier|ich (?:fahre|setze|mache)|weiter geht|fortsetzung|fortgesetzt',
  "bien sûr|d['’]accord|certainement|voici|voilà|je (?:continue|reprends|poursuis)|suite|désolée?|reprenons|continuons",
  'claro|por supuesto|desde luego|aquí|continúo|continuando|continuación|sigo|perdón|disculpa|lo siento',
  'certo|certamente|ecco|continuo|continuiamo|riprendo|scusa|com certeza|aqui está|continuação|desculpe',
  'конечно|хорошо|продолж\\p{L}*|вот|извини\\p{L}*|понял\\p{L}*',
].join('|');
/** Has the beginnings in scripts that put no spaces between words. */
const unspacedOpeners =
  '好的|当然|好，|没问题|让我|下面是|继续|以下是|接着|接上|抱歉|明白|はい|もちろん|了解|続き|以下|申し訳|承知|네|물론|계속|이어서|알겠';

/** Words for continuing, of which a remark needs one. */
const doings = [
  'continu|resum|carry(?:ing)? on|go(?:ing)? on|pick(?:ing)? up|left off|cut off|cutoff|interrupt|the rest\\b|remain|where (?:i|we|it|you|that) (?:was|were|left|stopped|had|ended)|where (?:my|the) (?:answer|response|message)|stopped',
  'fort|weiter|abgebrochen|unterbrochen|aufgehört|restlich|stehen geblieben',
  'suite|continu|repren|interromp|le reste|arrêté|poursui',
  'continú|contin|seguir|sigo|resto|qued|interrump',
  'riman|riprend|interrott|interromp|parei|parou',
  'продолж|останов|прерв|остал|дальше',
  '继续|接着|接上|剩|其余|余下|完整|中断|续|続|残り|中断|계속|이어|나머지|중단',
].join('|');
/** More words for it, and for what is wanting; beside a word of `parties` they make a remark. */
const moreDoings =
  'complet|finish|proceed|below|follow|truncat|cut short|again|full|end|part|thread|further|next';
/** Has who speaks and listens, and what an answer is called. */
const parties =
  "i|i['’](?:ll|m|ve|d)|me|my|we|us|our|you|your|here|here['’]s|answer|response|reply|message|output|code|function|class|script|list|table|story|poem|essay|text|explanation|example|implementation|point|character|ado|above";

/**
 * After such a word a remark says where it continues; a sentence that merely begins so does not.
 */
const isOfGoingOn =
  /^(?:continu(?:ing|ed|ation)|resuming|carrying on|going on|picking up|to continue)(?:[\s:,.…!]*$|[:,…]|\.\.|\s+(?:from|where|my|our|your|on from|exactly|right|directly|seamlessly|with (?:the|my) (?:rest|remain|answer|response|message|code|text|story|list)|(?:the|this) (?:answer|response|message|text|code|story|list|explanation|previous|above|json|output)))/iu;

/**
 * The same in scripts without spaces, where any word may stand in the middle of a sentence
 * (`继续执行以下步骤：`).
 */
const isUnspacedOfGoingOn =
  /^(?:继续|接着|接上|続き|계속|이어서)(?:$|[\s:：,，。.!！…]|(?:上文|上面|上次|之前|刚才|前面|前文|写|输出|回答|生成|完成)|(?:から|です|を|します)|(?:하|해|작성|답변))/u;
const unspacedFamily = /^(?:继续|接着|接上|続き|계속|이어서)/u;

const begins = `^(?:(?:${openers})(?![\\p{L}\\p{N}])|${unspacedOpeners})`;
const opening = new RegExp(begins, 'iu');
const doing = new RegExp(doings, 'iu');
const wideDoing = new RegExp(`${doings}|\\b(?:${moreDoings})`, 'iu');
const party = new RegExp(`(?<![\\p{L}\\p{N}])(?:${parties})(?![\\p{L}\\p{N}])`, 'iu');
/** Openers that announce what follows, in scripts without spaces: no interjections. */
const unspacedAnnouncing = /^(?:以下|下面是|让我)/u;
/** Matches an interjection with at most a word or two. */
const alone = new RegExp(`${begins}[^.!?:…。！：]{0,24}[.!:…。！：]*$`, 'iu');
/** Matches what is announced: the code, the full answer. */
const announced =
  /^(?:here(?:['’]s| is| are)|below is|hier (?:ist|sind)|voici|aquí|aqui está|ecco|вот)[^\n]*[:：]$/iu;
const familyOfGoingOn =
  /^(?:continu(?:ing|ed|ation)|resuming|carrying on|going on|picking up|to continue)/iu;
/** The longest opener is `the continuation`, with what may precede it. */
const maxOpenerLength = 24;

/** True when a line may become a remark, judged by its beginning. */
export function mayBeRemark(start: string): boolean {
  return start.length < maxOpenerLength || opening.test(start);
}

/**
 * `going-on`: it says that it continues. `courtesy`: only an interjection. `announcement`: of the
 * code, of the full answer.
 */
export function readRemark(sentence: string): 'going-on' | 'courtesy' | 'announcement' | undefined {
  if (!opening.test(sentence)) return undefined;
  if (unspacedFamily.test(sentence))
    return isUnspacedOfGoingOn.test(sentence) ? 'going-on' : undefined;
  if (familyOfGoingOn.test(sentence)) return isOfGoingOn.test(sentence) ? 'going-on' : undefined;
  if (doing.test(sentence)) return 'going-on';
  if (announced.test(sentence)) return 'announcement';
  return alone.test(sentence) && !unspacedAnnouncing.test(sentence) ? 'courtesy' : undefined;
}

/**
 * True for a sentence about going on with an answer, whatever it begins with. Only for what cannot
 * be the text's next word.
 */
export function speaksOfGoingOn(sentence: string): boolean {
  return wideDoing.test(sentence) && party.test(sentence);
}
