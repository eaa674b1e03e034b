import { pathInLab } from '../../../src/lab/idle-timer/log-path';

test.each([
  ['~/SageMaker/auto-stop.log', '~/SageMaker', 'auto-stop.log'],
  ['~/SageMaker/auto-stop.log', '~/', 'SageMaker/auto-stop.log'],
  ['/data/logs/auto-stop.log', '/data', 'logs/auto-stop.log'],
  ['/database/auto-stop.log', '/data', null],
  ['/elsewhere/auto-stop.log', '~/SageMaker', null]
])('%s is below %s as %s', (file, root, expected) => expect(pathInLab(file, root)).toBe(expected));
