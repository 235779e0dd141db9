/** The entry of the page of stages. */
import '../common/page.css';
import 'katex/dist/katex.min.css';
import './stage.css';
import { startStagePage } from './page/stagePage';

startStagePage();
