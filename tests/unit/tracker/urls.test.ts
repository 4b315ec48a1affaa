import { describe, expect, it } from "vitest";
import { toPage, withoutQuery } from "../../../app/tracker/urls";

describe("toPage", () => {
  it("returns origin and path only", () => {
    expect(toPage("https://user:secret@shop.example:8443/a/b?mail=a@b.example#token")).toEqual({
      url: "https://shop.example:8443/a/b",
      path: "/a/b",
    });
    expect(toPage("http://shop.example").url).toBe("http://shop.example/");
  });

  it.each([
    "file:///home/ada/letter.html",
    "data:text/html,private",
    "about:blank",
    "app://local/a",
  ])("returns no URL for %s", (href) => {
    expect(toPage(href).url).toBeUndefined();
  });

  it("throws for anything but an absolute URL", () => {
    expect(() => toPage("/a")).toThrow(TypeError);
  });
});

describe("withoutQuery", () => {
  it.each([
    ["https://cdn.example/a.png?signature=1#x", "https://cdn.example/a.png"],
    ["data:image/png;base64,AAAA", "data:"],
    ["blob:https://shop.example/42", "blob:"],
    ["chrome-extension://abcdef/content.js", "chrome-extension:"],
    ["", undefined],
    ["BUTTON#buy.onclick", undefined],
  ])("converts %j to %j", (href, expected) => {
    expect(withoutQuery(href)).toBe(expected);
  });
});
