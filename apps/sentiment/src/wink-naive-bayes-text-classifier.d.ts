// The packages bring no types; this is the part of them that is used here.
declare module "wink-naive-bayes-text-classifier" {
  interface Classifier {
    definePrepTasks(tasks: readonly ((text: string) => readonly string[])[]): number;
    defineConfig(config: { considerOnlyPresence: boolean; smoothingFactor: number }): boolean;
    learn(text: string, label: string): boolean;
    consolidate(): boolean;
    predict(text: string): string;
  }
  export default function naiveBayes(): Classifier;
}

declare module "wink-naive-bayes-text-classifier/src/prep-text.js" {
  export default function prepText(text: string): string[];
}
