/** C0 and C1 control characters and DEL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Whether a text has no control characters and no lone surrogates, and can be stored verbatim. */
export const isCleanText = (text: string): boolean => !CONTROL.test(text) && text.isWellFormed();
