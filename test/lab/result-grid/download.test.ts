import { Notification } from '@jupyterlab/apputils';
import { GatewayFailure } from '../../../src/lab/gateway-client/failure';
import { downloadCsv } from '../../../src/lab/result-grid/download';
import { ResultModel } from '../../../src/lab/result-grid/result-model';
import { columnsOf, FIELDS, rowsOf, sourceOf } from './rows';

const never = new AbortController().signal;
const EXPIRED = {
  ...{
    code: 'result-expired' as const,
    message: 'This result is no longer kept.',
    action: 'Run the query again.'
  },
  ...{ subject: null, detail: null, hint: null, position: null, sqlstate: null }
};

let clicked: string[];
let failure: Error | null;
let arranged: number;
let model: ResultModel;

beforeEach(() => {
  clicked = [];
  failure = null;
  arranged = 0;
  jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    clicked.push(this.href);
  });
  model = new ResultModel(
    FIELDS,
    sourceOf(
      async (offset, limit, { columns }) => {
        if (failure) throw failure;
        return columnsOf(rowsOf(offset, limit), columns);
      },
      {
        csvUrl: ({ columns, viewId }) => `http://gateway/csv?columns=${columns}&view=${viewId}`,
        arrange: async () => {
          arranged += 1;
          return { viewId: `v${arranged}`, rows: 5, of: 10, orderings: [], elapsedMs: 1 };
        }
      }
    )
  );
  model.grow(10, true);
});

afterEach(() => {
  model.dispose();
  Notification.manager.dismiss();
  jest.restoreAllMocks();
});

const told = () => Notification.manager.notifications.map(({ message }) => message);

it('downloads the columns on show as they are sorted and filtered', async () => {
  await model.arrangement.sortBy({ column: 0, descending: true });
  await downloadCsv(model, [1], never);
  expect(clicked).toEqual(['http://gateway/csv?columns=1&view=v1']);
  expect(told()).toEqual([]);
});

it('says why nothing was downloaded, where the browser would not', async () => {
  failure = new GatewayFailure(EXPIRED, 404);
  await downloadCsv(model, [0, 1], never);
  expect(clicked).toEqual([]);
  expect(told()).toEqual(['Nothing was downloaded. This result is no longer kept. Run the query again.']);
});

it('sorts anew what the gateway no longer keeps sorted', async () => {
  await model.arrangement.sortBy({ column: 0, descending: true });
  failure = new GatewayFailure(EXPIRED, 404);
  await downloadCsv(model, [0], never);
  expect(told()).toEqual([
    'Nothing was downloaded. The rows are sorted and filtered anew first. Download them once they are there.'
  ]);
  expect(arranged).toBe(2);
});
