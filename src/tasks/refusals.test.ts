/**
 * A refusal is known by how it begins, in ten languages; a title that only sounds like one is not
 * taken for it.
 */

import { describe, expect, it } from 'vitest';
import { profileOf } from './profiles.ts';
import { isRefusal } from './refusals.ts';

const refusals: Readonly<Record<string, readonly string[]>> = {
  English: [
    "I'm sorry, but I can't assist with that request.",
    'Sorry, I cannot help with this.',
    'I am afraid that I cannot do that.',
    "I'm unable to create a title for this conversation.",
    "I won't provide that.",
    'As an AI language model, I do not have opinions.',
  ],
  Chinese: [
    '抱歉，我无法回答这个问题。',
    '很抱歉，这个请求我不能完成。',
    '我无法帮助您完成这个请求。',
    '作为一个AI，我无法提供此内容。',
    '對不起，我無法協助。',
  ],
  Spanish: ['Lo siento, pero no puedo ayudar con eso.', 'No puedo ayudarte con esa solicitud.'],
  Hindi: ['मुझे खेद है, लेकिन मैं इस अनुरोध में सहायता नहीं कर सकता।', 'मैं इसमें आपकी मदद नहीं कर सकता।'],
  Arabic: [
    'عذرًا، لا يمكنني المساعدة في ذلك.',
    'آسف، لكنني لا أستطيع مساعدتك في هذا الطلب.',
    'لا يمكنني مساعدتك في هذا.',
  ],
  Portuguese: [
    'Desculpe, mas não posso ajudar com isso.',
    'Não posso ajudar com esse pedido.',
    'Sinto muito, mas não consigo atender a esse pedido.',
  ],
  French: [
    'Je suis désolé, mais je ne peux pas vous aider.',
    'Désolée, je ne peux pas répondre à cette demande.',
    'Je ne peux pas vous aider avec cela.',
  ],
  Russian: [
    'Извините, но я не могу помочь с этим.',
    'Я не могу помочь с этим запросом.',
    'К сожалению, я не могу выполнить этот запрос.',
  ],
  Japanese: [
    '申し訳ありませんが、そのご要望にはお応えできません。',
    'すみませんが、お手伝いできません。',
    'ご質問にはお答えできません。',
  ],
  German: [
    'Es tut mir leid, aber ich kann dabei nicht helfen.',
    'Tut mir leid, das kann ich nicht.',
    'Dabei kann ich leider nicht helfen.',
  ],
};

describe.each(Object.entries(refusals))('a refusal in %s', (_language, texts) => {
  it.each([...texts])('is known: %s', (text) => {
    expect(isRefusal(text)).toBe(true);
  });
});

const titles: Readonly<Record<string, readonly string[]>> = {
  English: [
    "I can't log in to GitHub",
    'I cannot create a branch in GitLab',
    "I can't generate an SSH key on Windows",
    "I can't continue after the update",
    'Unable to connect to the database',
    'Sorry, this page is not available (404)',
    'Sorry state of YAML parsers',
    'Cannot provide default value in Prisma',
    'As an AI engineer: planning a career',
    "Can't help but love Rust enums",
    'Afraid of force push',
  ],
  Chinese: [
    '我无法登录 GitHub',
    '我无法继续安装 Docker',
    '我不能提供默认值给 Prisma',
    '抱歉页面的样式修复',
    '对不起，我爱你歌词分析',
    '无法连接数据库',
    '作为初学者学习 Rust',
  ],
  Spanish: [
    'No puedo iniciar sesión en GitHub',
    'No puedo crear una rama en Git',
    'No puedo generar claves SSH',
    'Lo siento: análisis de la canción',
    'Disculpa por correo al cliente',
  ],
  Hindi: [
    'मैं GitHub में लॉगिन नहीं कर सकता',
    'क्षमा पत्र का प्रारूप',
    'डेटाबेस से कनेक्ट नहीं हो रहा',
    'माफ़ी ईमेल लिखना',
  ],
  Arabic: [
    'لا أستطيع تسجيل الدخول إلى GitHub',
    'لا يمكنني إنشاء فرع في Git',
    'رسالة اعتذار للعميل',
    'آسف جدا: كلمات الأغنية',
    'عذرًا حدث خطأ ما في الصفحة',
  ],
  Portuguese: [
    'Não consigo entrar no GitHub',
    'Não posso criar um branch no Git',
    'Desculpe o transtorno: página de erro',
    'Não consigo gerar chaves SSH',
  ],
  French: [
    'Je ne peux pas me connecter à GitHub',
    'Je ne peux pas accéder à ma boîte mail',
    'Désolé pour le retard : modèle de mail',
    'Impossible de créer une branche Git',
    'Je ne peux pas créer de clé SSH',
  ],
  Russian: [
    'Я не могу войти в GitHub',
    'Не могу создать ветку в Git',
    'Извините за опоздание: шаблон письма',
    'К сожалению, сервер недоступен',
    'Я не могу предоставить доступ к папке',
  ],
  Japanese: [
    'GitHubにログインできません',
    '申し訳ありませんメールの書き方',
    'すみませんの使い方',
    'ブランチを作成できません',
    'ご質問フォームの実装',
    '申し訳ございません画面が表示できません',
  ],
  German: [
    'Ich kann mich nicht bei GitHub anmelden',
    'Leider kann ich mich nicht anmelden',
    'Entschuldigung an den Kunden formulieren',
    'Ich kann keinen Branch anlegen',
    'Das kann doch nicht wahr sein: CI rot',
    'Kann nicht auf Datenbank zugreifen',
  ],
};

describe.each(Object.entries(titles))('a title in %s', (_language, texts) => {
  it.each([...texts])('is taken: %s', (text) => {
    const answer = {
      text,
      reasoningLength: 0,
      finish: 'stop',
      hasToolCalls: false,
      askedLimit: undefined,
    } as const;
    expect(profileOf('title_generation').judge(answer)).toBeUndefined();
  });
});
