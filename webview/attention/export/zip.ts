/** Zip files, apart from all else: they are read only for those who export one. */
export { zipSync } from 'fflate';
