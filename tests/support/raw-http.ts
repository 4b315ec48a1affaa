import { connect, type Socket } from "node:net";

/** A connection on which a test says byte by byte what no HTTP client would. */
export class RawConnection {
  #received = "";
  readonly #waiting = new Set<() => void>();
  #closed = false;

  private constructor(readonly socket: Socket) {
    const look = (): void => {
      for (const check of this.#waiting) check();
    };
    socket.setEncoding("latin1").on("data", (text: string) => {
      this.#received += text;
      look();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#closed = true;
      look();
    });
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: "127.0.0.1" });
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new RawConnection(socket);
  }

  write(text: string | Uint8Array): void {
    this.socket.write(text);
  }

  /** Fulfilled with everything that was received, as soon as it has `text` in it or the connection is closed. */
  received(text: string): Promise<string> {
    return this.#until(() => this.#closed || this.#received.includes(text));
  }

  /** Fulfilled with everything that was received when the other side has closed. */
  closed(): Promise<string> {
    return this.#until(() => this.#closed);
  }

  async #until(isEnough: () => boolean): Promise<string> {
    if (!isEnough()) {
      await new Promise<void>((resolve) => {
        const check = (): void => {
          if (!isEnough()) return;
          this.#waiting.delete(check);
          resolve();
        };
        this.#waiting.add(check);
      });
    }
    return this.#received;
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Sends one request as it stands, and gives the whole answer. */
export async function rawRequest(port: number, ...parts: Array<string | Uint8Array>): Promise<string> {
  const connection = await RawConnection.open(port);
  for (const part of parts) connection.write(part);
  return connection.closed();
}
