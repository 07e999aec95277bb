export { type BackendOptions, startBackend } from './backend.ts';
export { DOOR_IDS, type Door, type DoorId, DOORS } from './doors.ts';
export { findProgram } from './find-program.ts';
export { type Address, findFreePort } from './listening.ts';
export { type OpenDoor, type OpenOptions, openDoor } from './open-door.ts';
export { Program, type ProgramOptions } from './program.ts';
export { makeScratchFolder } from './scratch-folder.ts';
export { availableDoors } from './which-doors.ts';
export { whyClosed } from './why-closed.ts';
