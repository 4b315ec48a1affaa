// The islands' module: enhances what the server rendered, and nothing depends on it.
import { enhance } from "./islands/enhance";

enhance(document);
