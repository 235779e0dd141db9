import 'katex/dist/katex.min.css';
import { startStagePage } from './stage/stagePage';

startStagePage();
