import type { FieldProblem } from "../../common/kubernetes/validation/problems.ts";
import type { LocalizedText } from "../../common/language.ts";

const leads: Readonly<Record<string, LocalizedText>> = {
  FieldValueRequired: { ja: "必須です", en: "is required" },
  FieldValueInvalid: { ja: "値が正しくありません", en: "has an invalid value" },
  FieldValueNotSupported: { ja: "この値は使えません", en: "has an unsupported value" },
  FieldValueForbidden: { ja: "ここでは変更・指定できません", en: "is not allowed" },
  FieldValueDuplicate: { ja: "重複しています", en: "is a duplicate" },
  FieldValueNotFound: { ja: "参照先がありません", en: "refers to something that is not there" },
  FieldValueTooLong: { ja: "長すぎます", en: "is too long" },
  FieldValueTooMany: { ja: "多すぎます", en: "has too many entries" },
};

/** A field error as a sentence, with the API server's own words, which is what the learner will meet again. */
export function explainProblem({ reason, field, message }: FieldProblem): LocalizedText {
  const lead = leads[reason] ?? { ja: "API サーバーが拒否します", en: "is refused by the API server" };
  return {
    ja: `${field}: ${lead.ja}。API サーバーの応答:「${message}」`,
    en: `${field} ${lead.en}. The API server answers: ${message}`,
  };
}
