// Controls but line ends and tabs, and the marks that turn the direction of text or hide it.
// https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
const invisible =
  /(?![\n\t])[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+/gu;

/** Text from outside with a sign in the place of what would not be seen and yet have an effect. */
export const visible = (text: string) => text.replace(invisible, '\ufffd');
