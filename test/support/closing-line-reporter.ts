import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with the plain line `N passed, N failed, N skipped`, for people and programs that read only the last one. */
export default class ClosingLineReporter implements Reporter {
  #failed = 0;
  #line = (failed: number): string => `0 passed, ${failed} failed, 0 skipped`;

  onInit(): void {
    // The other reporters print until the process ends. A run that ends badly has at least one failure.
    process.once('exit', (code) => {
      const failed = code !== 0 && this.#failed === 0 ? 1 : this.#failed;
      process.stdout.write(`${this.#line(failed)}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    // A file that could not be loaded, and an error outside any test, are failures too.
    count.failed += errors.length;
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state] += 1;
        if (state === 'failed') failedTests += 1;
      }
      if (module.state() === 'failed' && failedTests === 0) count.failed += 1;
    }
    this.#line = (failed) => `${count.passed} passed, ${failed} failed, ${count.skipped + count.pending} skipped`;
    this.#failed = count.failed;
  }
}
