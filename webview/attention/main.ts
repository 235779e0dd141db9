/** The entry of the page of attention. */
import '../common/page.css';
import '../elements/meters.css';
import './attention.css';
import './translation.css';
import './inside/inside.css';
import './syntax/syntax.css';
import './weights/weights.css';
import './ablation/ablation.css';
import './comparison.css';
import './lines.css';
import { registerControls } from '../elements/controls';
import { startAttentionPage } from './attentionPage';

registerControls();
startAttentionPage();
