import type { ReactNode } from "react";
import { enginesLegend } from "../../presenters/page/engines";
import { SmallPrint } from "../format/small-print";

/** Explains below the cards why metrics have different n. */
export const EnginesLegend = (): ReactNode => <SmallPrint space="mt-2">{enginesLegend()}</SmallPrint>;
