/** The entry of the page of next tokens. */
import '../common/page.css';
import './next.css';
import { registerControls } from '../elements/controls';
import { startNextPage } from './nextPage';

registerControls();
startNextPage();
