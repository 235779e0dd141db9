import '../common/page.css';
import './next.css';
import { startNextPage } from './nextPage';

startNextPage();
