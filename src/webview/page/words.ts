import type { Language } from "../../common/language.ts";

const ja = {
  why: "なぜ",
  steps: "この章のステップ",
  beside: "いまの状態と確認",
  do: "やること",
  predict: "予想",
  question: "問い",
  live: "いまの状態",
  checks: "確認",
  seen: "わかったこと",
  run: "ターミナルで実行",
  copy: "コピー",
  open: "開く",
  apply: "適用",
  compare: "解答と比べる",
  sample: "出力の例",
  answer: "答える",
  hint: "ヒント",
  solution: "解答を見る",
  solutionTitle: "解答",
  startOver: "このステップをやり直す",
  locked: "確認がすべて済むと進めます",
  how: "確認のしかた",
  observed: "見えているもの",
  expected: "期待するもの",
  nothing: "まだ何もありません",
  preparing: "このステップの状態を用意しています",
  stale: "最後に確かめたのは",
  ago: "前",
  seconds: "秒",
  minutes: "分",
  doctor: "環境を調べる",
  chosen: "あなたの予想",
  passed: "確認済み",
  notYet: "まだ",
  wrong: "違い",
  cannotTell: "判断できません",
  allPassed: "すべての確認が済みました。次へ進めます。",
  empty: "コースを読み込んでいます。",
  starting: "起動中",
  ready: "稼働中",
  unreachable: "応答なし",
  none: "未接続",
};

const en: typeof ja = {
  why: "Why",
  steps: "Steps of this chapter",
  beside: "Live state and checks",
  do: "Do",
  predict: "Predict",
  question: "Question",
  live: "Live",
  checks: "Checks",
  seen: "What you have seen",
  run: "Run in terminal",
  copy: "Copy",
  open: "Open",
  apply: "Apply",
  compare: "Compare with solution",
  sample: "Sample output",
  answer: "Answer",
  hint: "Hint",
  solution: "Show solution",
  solutionTitle: "Solution",
  startOver: "Start over this step",
  locked: "opens when every check has passed",
  how: "How this is checked",
  observed: "Observed",
  expected: "Expected",
  nothing: "Nothing here yet",
  preparing: "Preparing the state that this step begins with",
  stale: "Last confirmed",
  ago: " ago",
  seconds: " s",
  minutes: " min",
  doctor: "Look at the environment",
  chosen: "your prediction",
  passed: "Passed",
  notYet: "Not yet",
  wrong: "Wrong",
  cannotTell: "Cannot tell",
  allPassed: "Every check has passed. You can go on.",
  empty: "The course is being read.",
  starting: "starting",
  ready: "running",
  unreachable: "no answer",
  none: "not connected",
};

export type Words = typeof ja;

/** The page's own words. */
export function wordsIn(language: Language): Words {
  return language === "ja" ? ja : en;
}

/** "12 s", "3 分": how long ago or for how long. */
export function duration(milliseconds: number, words: Words): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 60 ? `${seconds}${words.seconds}` : `${Math.floor(seconds / 60)}${words.minutes}`;
}
