import { startMapsPage } from './maps/mapsPage';

startMapsPage();
