import fc from "fast-check";

/** Part of every text that is markup: unescaped in a page, it would be an element. */
export const MARK = "<x7q onload=alert(1)>";

const EXTREME_TIMES = [
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "-271821-04-20T00:00:00.000Z",
  "+275760-09-13T00:00:00.000Z",
  "2026-02-30",
  "1969-12-31T23:59:59Z",
  "2026-11-22T10:17+14:00",
];

const EXTREME_NUMBERS = [
  ..."0,-0,-1,1e309,-1e309,NaN,Infinity,0x10,1_000,99999999999999999999,0.1,1e-320,2147483648".split(","),
  ..."9007199254740993,00000000000000000001,१२".split(","),
];

const NAMES = [
  ..."1h,6h,24h,7d,30d,90d,all,previous,true,mobile,desktop,bot,load,soft,bfcache,LCP,INP,CLS,75,99".split(
    ",",
  ),
  ..."json,csv,svg,markdown,text,routes,trend,releases,metrics,UTC,Asia/Kathmandu,impact,asc,desc,2.4.1".split(
    ",",
  ),
  ..."__proto__,constructor,toString,null,undefined,(other),(unknown),unknown,/workspace/[id]".split(","),
];

const HOSTILE = [
  MARK,
  `"${MARK}`,
  `'${MARK}`,
  `</script>${MARK}`,
  `--></style>${MARK}`,
  `javascript:alert(1)//${MARK}`,
  "\u0000",
  "\r\nSet-Cookie: a=b",
  "../../../../etc/passwd",
  "%00%0d%0a",
  "\ud800",
  "\u202eabc",
  "'; DROP TABLE web_vitals_raw; --",
  "=cmd|'/c calc'!A1",
  "//evil.example/",
  "\\\\evil.example",
  "https://evil.example/",
  "a".repeat(3_000),
  "💩".repeat(500),
];

/** A value of a parameter, a field or a header: sensible, extreme, hostile, or anything. */
export const aText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 2, arbitrary: fc.constantFrom(...EXTREME_TIMES) },
  { weight: 2, arbitrary: fc.constantFrom(...EXTREME_NUMBERS) },
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.double().map(String) },
);

/** A text that Node sends as a header: of Latin-1, without control characters. */
export const aHeaderText: fc.Arbitrary<string> = aText.map((text) =>
  text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?").slice(0, 2_000),
);
