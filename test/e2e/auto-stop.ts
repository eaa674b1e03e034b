import type { Step } from './step';

export const autoStopSteps: readonly Step[] = [
  {
    name: 'the status bar counts down to the stop',
    run: async ({ lab }) => {
      await lab.page
        .locator('#jp-main-statusbar')
        .getByText(/^Auto-stop in \d/)
        .waitFor();
    }
  }
];
