import { startNextPage } from './next/nextPage';

startNextPage();
