/** C0 and C1 control characters and DEL, none of which belongs in a name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether a text can be kept verbatim: no control characters, no lone surrogates. */
export const isCleanText = (text: string): boolean => !CONTROL.test(text) && !LONE_SURROGATE.test(text);
