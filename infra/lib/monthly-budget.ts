import * as budgets from 'aws-cdk-lib/aws-budgets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Names } from './names';

/** Percent of the budget; the last one is told as soon as it is foreseen. */
const SPENT_PERCENT = [80, 100];
const FORESEEN_PERCENT = 100;

/** Counts what carries the project's tag, once the tag has been activated for cost allocation in the billing console. */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, amountUsd: number, names: Names, topic: sns.ITopic) {
    super(scope, id);
    const budget = new budgets.CfnBudget(this, 'Budget', {
      budget: {
        budgetName: names.budget,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: amountUsd, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:${names.tag.key}$${names.tag.value}`] }
      },
      notificationsWithSubscribers: [
        ...SPENT_PERCENT.map(percent => notification('ACTUAL', percent, topic)),
        notification('FORECASTED', FORESEEN_PERCENT, topic)
      ]
    });
    // AWS tries the topic when it makes the budget, so that what admits it must be there.
    budget.node.addDependency(topic.node.findChild('Policy'));
  }
}

function notification(notificationType: 'ACTUAL' | 'FORECASTED', threshold: number, topic: sns.ITopic) {
  return {
    notification: {
      notificationType,
      comparisonOperator: 'GREATER_THAN',
      threshold,
      thresholdType: 'PERCENTAGE'
    },
    subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }]
  };
}
