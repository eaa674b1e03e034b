import { dev } from '../../config/dev';
import { statementsOf, theOnly } from '../support/resources';
import { synthesized } from '../support/synthesized';

const MEMBERS = 'AWS::IAM::UserToGroupAddition';

describe('data scientists', () => {
  it('open, start and stop this one notebook, and find it in the list', () => {
    const statements = statementsOf(synthesized(dev), 'DataScientistsPolicy');
    expect(statements).toEqual({
      UseNotebook: {
        Sid: 'UseNotebook',
        Effect: 'Allow',
        Action: [
          'sagemaker:CreatePresignedNotebookInstanceUrl',
          'sagemaker:DescribeNotebookInstance',
          'sagemaker:StartNotebookInstance',
          'sagemaker:StopNotebookInstance'
        ],
        Resource: 'arn:aws:sagemaker:eu-west-2:111111111111:notebook-instance/jao-dev-sagemaker-notebook'
      },
      FindNotebook: {
        Sid: 'FindNotebook',
        Effect: 'Allow',
        Action: 'sagemaker:ListNotebookInstances',
        Resource: '*'
      }
    });
  });

  it('are the users of the configuration, in one group', () => {
    const template = synthesized({ ...dev, dataScientistUsers: ['ada', 'grace'] });
    expect(theOnly(template, MEMBERS).Properties).toEqual({
      GroupName: { Ref: expect.stringMatching(/^DataScientistsGroup/) },
      Users: ['ada', 'grace']
    });
    template.hasResourceProperties('AWS::IAM::Group', { GroupName: 'jao-dev-data-scientists-eu-west-2' });
  });

  it('may be nobody yet', () => {
    const template = synthesized(dev);
    template.resourceCountIs(MEMBERS, 0);
    template.resourceCountIs('AWS::IAM::Group', 1);
  });
});
