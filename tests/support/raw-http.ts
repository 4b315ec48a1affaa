import { connect, type Socket } from "node:net";

/** A TCP connection, for requests that no HTTP client sends. */
export class RawConnection {
  #received = "";
  readonly #checks = new Set<() => void>();
  #closed = false;

  private constructor(readonly socket: Socket) {
    const runChecks = (): void => {
      for (const check of this.#checks) check();
    };
    socket.setEncoding("latin1").on("data", (text: string) => {
      this.#received += text;
      runChecks();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#closed = true;
      runChecks();
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

  /** Resolves with everything received, as soon as it contains `text` or the connection is closed. */
  received(text: string): Promise<string> {
    return this.#until(() => this.#closed || this.#received.includes(text));
  }

  /** Resolves with everything received, when the other side has closed. */
  closed(): Promise<string> {
    return this.#until(() => this.#closed);
  }

  async #until(isEnough: () => boolean): Promise<string> {
    if (!isEnough()) {
      await new Promise<void>((resolve) => {
        const check = (): void => {
          if (!isEnough()) return;
          this.#checks.delete(check);
          resolve();
        };
        this.#checks.add(check);
      });
    }
    return this.#received;
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Sends bytes unchanged, and returns the whole response. */
export async function rawRequest(port: number, ...parts: Array<string | Uint8Array>): Promise<string> {
  const connection = await RawConnection.open(port);
  for (const part of parts) connection.write(part);
  return connection.closed();
}
