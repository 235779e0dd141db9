/** The entry of the page of next tokens. */
import '../common/page.css';
import './next.css';
import './layers.css';
import './beamTree.css';
import { registerControls } from '../elements/controls';
import { startNextPage } from './nextPage';

registerControls();
startNextPage();
