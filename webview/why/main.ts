/** The entry of the page that explains a completion. */
import '../common/page.css';
import './why.css';
import { registerControls } from '../elements/controls';
import { startWhyPage } from './whyPage';

registerControls();
startWhyPage();
