/** Whether a server's route names no page: a catch-all of a whole server, the root that stands for one, a placeholder. */
export const namesNoPage = (route: string): boolean =>
  /^\/?(?:\*{1,2}|\{?\*\w*\}?|\(\.\*\))?$/.test(route) || route === "unknown";
