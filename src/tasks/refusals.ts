/**
 * Matches how a refusal begins in the ten most common languages: data for the judge of side tasks
 * (step 6 of a request). It must name the task: "I can't log in to GitHub" is a good title.
 */

const apologies: Readonly<Record<string, RegExp>> = {
  English:
    /^(i['’]?m |i am )?(really |very |so )?(sorry|afraid)[,.]? (but )?(that )?((i|we)( |['’])(can|cannot|could|will|won|do|did|am|m|re|are|have|must)|this (request|content|conversation)|as an? )/i,
  Chinese:
    /^(很|非常)?(抱歉|对不起|對不起|不好意思)[，,。！]?\s*(但|不过)?是?(我|作为|这|這|您|该).{0,12}(无法|無法|不能|没办法|没法|不便)/,
  Spanish:
    /^(lo siento|lo lamento|disculp[ae]|perdón)[,.]?\s*(mucho[,.]?\s*)?(pero\s*)?(como (modelo|ia|asistente|una? )|no (puedo|podemos|me es posible|estoy))/i,
  Hindi:
    /^(मुझे खेद|मा(फ\u093c?|\u095e) (करें|कीजिए)|क्षमा (करें|कीजिए)).{0,50}(नहीं (कर|दे|बता|बना) सक|असमर्थ)/,
  Arabic:
    /^(عذر[ًا]+|(أنا )?آسفة?|أعتذر|نعتذر|معذرة)[،,.]?\s*.{0,15}(لا (أستطيع|يمكنني|أقدر)|لست قادر|غير قادر)/,
  Portuguese:
    /^((me )?desculp[ae]|lamento|sinto muito|perdão)[,.]?\s*(mas\s*)?(como (modelo|uma? |assistente)|(eu )?não (posso|consigo|é possível|me é|estou))/i,
  French:
    /^((je suis )?(vraiment )?(désolée?|navrée?)|je m['’]excuse|pardon)[,.]?\s*(mais\s*)?(je (ne (peux|puis|suis)|n['’]ai)|en tant qu|il m['’]est)/i,
  Russian:
    /^(извините|простите|прошу прощения|мне (очень )?жаль)[,.]?\s*(но\s*)?(я|мы) (не мо(гу|жем)|не в состоянии|не имею)/i,
  Japanese:
    /^(申し訳(ございません|ありません)|すみません|ごめんなさい|恐れ入ります).{0,40}(お?答え|お?手伝い|対応|提供|回答|お応え|応じること)[^。]{0,6}(でき(ません|かねます)|いたしかねます)/,
  German:
    /^((es )?tut mir (wirklich |sehr )?leid|entschuldigung)[,.]?\s*(aber\s*)?(ich (kann|darf|bin)|als (ki|sprachmodell)|(dabei|damit|das) (kann|darf))/i,
};

/** Matches refusals without an apology. */
const inabilities: Readonly<Record<string, RegExp>> = {
  English:
    /^((i|we) (can['’]?t|cannot|can not|won['’]?t|will not|am unable to|['’]m unable to|am not able to|must decline to)|i['’]m (unable|not able|not allowed|not permitted) to|i am (not allowed|not permitted) to) ((help|assist|comply|fulfil|fulfill)\b|(discuss|continue|do|provide|generate|create|produce|summari[sz]e|describe|answer) (that|such|any|this (request|content|conversation|image)|an? (title|summary|description))|with)|^as an? (ai|artificial intelligence|language model)( (language )?(model|assistant))?[,.] /i,
  Chinese:
    /^我(无法|無法|不能|没办法|没法)(帮助?[您你]|幫|协助[您你]|满足|讨论(这|此|该)|(提供|回答|生成|完成|处理|继续)(这|此|该|您|你|相关))|^作为(一个|一名)?(AI|人工智能|语言模型|大模型).{0,10}(无法|不能)/i,
  Spanish:
    /^no (puedo|me es posible) (ayudar|asistir|cumplir con|atender (esa|esta|tu|su)|(responder a|proporcionar|generar) (eso|es[ae]|est[ae]) )/i,
  Hindi: /^मैं (इसमें|इस (अनुरोध|विषय|सवाल)).{0,40}(नहीं (कर|दे|बता|बना) सक|असमर्थ)/,
  Arabic:
    /^لا (أستطيع|يمكنني) (مساعدتك|المساعدة في (هذا|ذلك)|تلبية|تقديم (هذا|ذلك)|الإجابة (على|عن) (هذا|ذلك))/,
  Portuguese:
    /^(eu )?não (posso|consigo) (ajudar|auxiliar|atender a? ?(ess|est|seu)|(fornecer|gerar|responder a) (isso|ess|est))/i,
  French:
    /^je ne (peux|puis|suis) pas (en mesure de )?((vous |te |t['’])?(aider|assister)|(répondre|accéder) à (cette|votre|ta) (demande|question)|fournir (ce|cela))/i,
  Russian:
    /^(к сожалению, )?я не могу (с этим )?(помочь|(выполнить|обсуждать|предоставить|ответить на) (эт|ваш|так))/i,
  Japanese:
    /^(その|この)?ご?(依頼|要望|質問|リクエスト)[^。]{0,12}(お応え|お?答え|対応|応じること)[^。]{0,6}(できません|できかねます)/,
  German:
    /^(leider )?((dabei|damit|das) (kann|darf) ich|(ich )?kann (ich )?(dir|ihnen|euch) (dabei|damit|bei dieser)) .{0,30}nicht/i,
};

const openings = [...Object.values(apologies), ...Object.values(inabilities)];

export function isRefusal(text: string): boolean {
  const said = text.trimStart();
  return openings.some((one) => one.test(said));
}
