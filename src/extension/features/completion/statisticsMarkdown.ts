import { l10n } from 'vscode';
import { percent } from '../../workbench/percent';
import { deviceNames } from '../../workbench/statusItem';
import { acceptanceRate, median, type Statistics } from './statistics';

const { t } = l10n;

/** The statistics as a document. @param modelName of their model; empty where none has written. */
export function statisticsMarkdown(statistics: Statistics, modelName: string): string {
  const { since, shown, accepted, acceptedInPart, firstTokenMs, tokensPerSecond } = statistics;
  const milliseconds = (value: number | undefined) =>
    value === undefined ? '' : t('{0} ms', Math.round(value));
  const rate = median(tokensPerSecond);
  const share = acceptanceRate(statistics);
  const rows: readonly (readonly [string, string])[] = [
    [t('Suggestions shown'), `${shown}`],
    [t('Taken whole'), `${accepted}`],
    [t('Taken in part'), `${acceptedInPart}`],
    [t('Taken, of all shown'), share === undefined ? '' : percent(share)],
    [t('Time to the first token, median'), milliseconds(median(firstTokenMs))],
    [t('Tokens a second, median'), rate === undefined ? '' : rate.toFixed(1)],
    [t('Model'), modelName],
    [t('Device'), statistics.device === undefined ? '' : deviceNames[statistics.device]],
  ];
  return [
    `# ${t('Completion')}`,
    '',
    t('Since {0}. Kept on this machine alone.', new Date(since).toISOString().slice(0, 10)),
    t('Times are of the last {0} runs, without loading.', firstTokenMs.length),
    t('“Clear Statistics” in the menu of the status bar begins anew.'),
    '',
    '| | |',
    '| --- | ---: |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
  ].join('\n');
}
