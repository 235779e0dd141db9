import '../media/page.css';
import 'katex/dist/katex.min.css';
import '../media/stage.css';
import { startStagePage } from './stage/stagePage';

startStagePage();
