// The writer thread, and the one that moves its log: build/writer.js, which `openWriterThread` and `openLogThread` start.
import { parentPort, workerData } from "node:worker_threads";
import { type OpenTransaction, openExecutor } from "./executor.server";
import { moveLogUntilEnd, signalWrite } from "./log-mover.server";
import {
  type LogThreadData,
  type WriterData,
  type WriterRequest,
  type WriterResponse,
  writeError,
} from "./writer-protocol";

const data = workerData as WriterData | LogThreadData;
if (data.kind === "log") moveLogUntilEnd(data.path, data.signal, data.movedPages);
else serve(data);

function serve({ path, connection, log }: WriterData): void {
  const executor = openExecutor(path, connection);
  let open: OpenTransaction | null = null;

  async function perform({ task, isInTransaction }: WriterRequest): Promise<unknown> {
    switch (task.kind) {
      case "begin":
        open = await executor.begin({ isDurable: task.isDurable });
        return null;
      case "COMMIT":
      case "ROLLBACK": {
        await open?.end(task.kind);
        return null;
      }
      case "script":
        return executor.script(task.script);
      case "moveLog":
        await executor.moveLog();
        return null;
      case "close":
        await executor.close();
        return null;
      default:
        return isInTransaction && open !== null ? open.run(task) : executor.run(task);
    }
  }

  parentPort?.on("message", async (request: WriterRequest) => {
    let response: WriterResponse;
    try {
      response = { id: request.id, value: await perform(request) };
    } catch (error) {
      response = { id: request.id, error: writeError(error) };
    }
    parentPort?.postMessage(response);
    signalWrite(log);
  });
}
