import type { LocalizedText } from "../../../common/language.ts";
import type { FieldPath } from "../../source/fieldPath.ts";
import type { ManifestObject } from "../../source/manifestObject.ts";
import type { Scene } from "../../workspace/scene.ts";

/** What a field will do in this very manifest, in the learner's language. */
export interface Meaning {
  readonly kinds: readonly string[];
  /** The field without indexes: `spec.volumeClaimTemplates.metadata.name`. */
  readonly field: string;
  /** The lesson that teaches it. */
  readonly lesson?: string;
  say(object: ManifestObject, scene: Scene, path: FieldPath): LocalizedText | undefined;
}
