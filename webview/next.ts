import '../media/page.css';
import '../media/next.css';
import { startNextPage } from './next/nextPage';

startNextPage();
