import { summaryOf } from '../../lib/stack-outputs';

const SETUP = JSON.stringify({
  notebookName: 'jao-dev-sagemaker-notebook',
  notebookUrl: 'https://console.example/notebook',
  region: 'eu-west-2',
  secretArn: 'arn:secret',
  dataBucket: 'jao-dev-data-science'
});

const EXPECTED = {
  sagemaker_setup: {
    notebook_name: 'jao-dev-sagemaker-notebook',
    notebook_url: 'https://console.example/notebook',
    region: 'eu-west-2',
    secret_arn: 'arn:secret',
    data_bucket: 'jao-dev-data-science'
  },
  sagemaker_notebook_name: 'jao-dev-sagemaker-notebook',
  sagemaker_notebook_url: 'https://console.example/notebook',
  presigned_url_command:
    'aws sagemaker create-presigned-notebook-instance-url --region eu-west-2 --notebook-instance-name jao-dev-sagemaker-notebook'
};

test('the file of cdk deploy is read', () => {
  const file = { 'jao-dev': { SagemakerSetup: SETUP, SagemakerNotebookName: 'jao-dev-sagemaker-notebook' } };
  expect(summaryOf(JSON.stringify(file))).toEqual(EXPECTED);
});

test('what describe-stacks prints is read', () => {
  const described = {
    Stacks: [
      {
        Outputs: [
          { OutputKey: 'SagemakerNotebookName', OutputValue: 'jao-dev-sagemaker-notebook' },
          { OutputKey: 'SagemakerSetup', OutputValue: SETUP }
        ]
      }
    ]
  };
  expect(summaryOf(JSON.stringify(described))).toEqual(EXPECTED);
});

test('a stack without a notebook has none to open', () => {
  const summary = summaryOf(JSON.stringify({ stack: { SagemakerSetup: '{"region":"eu-west-2"}' } }));
  expect(summary).toEqual({
    sagemaker_setup: { region: 'eu-west-2' },
    sagemaker_notebook_name: null,
    sagemaker_notebook_url: null,
    presigned_url_command: null
  });
});

test.each([
  ['no JSON', 'hello', /not JSON/],
  ['another stack', '{"other":{"Bucket":"b"}}', /another stack/],
  ['a list', '[1]', /not the outputs/]
])('%s is refused in words', (_, content, message) => {
  expect(() => summaryOf(content)).toThrow(message);
});
