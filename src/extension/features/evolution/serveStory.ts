/** Serves the pages of the story: the stages and the maps. */
import type * as vscode from 'vscode';
import type { ViewId } from '../../../common/content/lesson';
import {
  attentionModel,
  nextTokensModel,
  translationModel,
} from '../../modelCatalog/bundledModels';
import type { ModelCatalog } from '../../modelCatalog/modelCatalog';
import type { AllPanels } from '../../panels/panels';
import { sentenceSubject, type SubjectTaker } from '../../subject/subjectTaker';
import type { ErrorReporter } from '../../workbench/errorReporter';
import { lazyAsync } from '../../workbench/promises';
import { readMaps, readRewardStudy, type Lessons } from './content';
import type { StageGuide } from './stageGuide';
import type { Timeline } from './timeline';

export interface StoryParts {
  readonly extensionUri: vscode.Uri;
  readonly lessons: Lessons;
  readonly stageGuide: StageGuide;
  readonly timeline: Timeline;
  readonly models: ModelCatalog;
  readonly panels: AllPanels;
  readonly taker: SubjectTaker;
  readonly reporter: ErrorReporter;
}

export function serveStory(parts: StoryParts): void {
  const { extensionUri, lessons, stageGuide, timeline, models, panels, taker, reporter } = parts;
  const rewardStudy = lazyAsync(() => readRewardStudy(extensionUri));
  const maps = lazyAsync(() => readMaps(extensionUri));
  taker.borrowSentence(() => stageGuide.sentence());
  panels.stage.serve({
    showSelection: () => stageGuide.open('attention'),
    serve: owner => ({
      start: () =>
        reporter.attempt(async () => ({ ...(await stageGuide.start()), ...owner.start() })),
      models: () => models.manifests(),
      atStage: ({ stage }) => timeline.follow(stage),
      quality: ({ modelId }) => models.quality(modelId),
      labelStudy: ({ modelId }) => models.labelStudy(modelId),
      rewardStudy,
      openView: ({ view, text }) => openView(panels, view, text),
    }),
  });
  panels.maps.serve({
    showSelection: () => panels.maps.open(),
    serve: () => ({
      start: () =>
        reporter.attempt(async () => ({
          maps: await maps(),
          sources: (await lessons.book()).sources,
        })),
      follow: ({ target }) => reporter.attempt(() => stageGuide.follow(target)),
    }),
  });
}

/** Opens another panel on a text that is in no document. */
function openView(panels: AllPanels, view: ViewId, text: string): void {
  const views = {
    attention: { modelId: attentionModel, opened: panels.attention },
    translation: { modelId: translationModel, opened: panels.attention },
    tokens: { modelId: attentionModel, opened: panels.tokens },
    next: { modelId: nextTokensModel, opened: panels.next },
  } as const satisfies Record<ViewId, unknown>;
  const { modelId, opened } = views[view];
  opened.show(sentenceSubject(modelId, text));
}
