// @ts-check

/** Output of programs that run beside one in the foreground. It is held back until `release`, and visible at once then. */
export class HeldOutput {
  /** @type {Array<Buffer | string> | null} null after the release */
  #held = [];
  #stream;

  /** @param {{ write: (chunk: Buffer | string) => unknown }} stream */
  constructor(stream) {
    this.#stream = stream;
  }

  /** @param {Buffer | string} chunk */
  write = (chunk) => {
    if (this.#held === null) this.#stream.write(chunk);
    else this.#held.push(chunk);
  };

  release() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const chunk of held) this.#stream.write(chunk);
  }
}
