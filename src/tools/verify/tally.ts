import { UserError } from "../../common/userError.ts";

/** Counts proofs and prints each as it ends. */
export class Tally {
  passed = 0;
  failed = 0;

  async attempt(name: string, proof: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
    try {
      await proof();
      this.passed++;
      console.log(`✓ ${name} (${seconds()} s)`);
    } catch (error) {
      this.failed++;
      const words =
        error instanceof UserError ? error.text.en : error instanceof Error ? error.message : error;
      console.log(`✗ ${name} (${seconds()} s)\n    ${words}`);
    }
  }
}
