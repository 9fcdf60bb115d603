import KernelTrace
import LiveTrace
import ModelFormat
import Scoring

/// Why the player ends before its work is done.
enum Failure: Error {
  case cannotOpen(code: Int32)
  case cannotRead(code: Int32)
  case cannotWrite
  case noMemory(byteCount: Int)
  case notAFile
  case emptyFile
  case noEvents
  /// A capture ends in its first block that has events.
  case cutOffBeforeEvents(offset: UInt64)
  case model(ModelFormatError)
  case selfTest(GoldenMismatch)
  case text(TraceTextError, line: UInt64)
  case capture(CaptureError)
  case cannotCreate(code: Int32)
  case captureNotWritten(code: Int32)
  case live(LiveTraceError)
  /// The blob knows none of the source's states.
  case foreignStates
  /// A text file has so many bytes or more.
  case tooLong(limit: Int)
  /// `cgroup.freeze` is not there.
  case cgroupCannotFreeze
  /// The player is in the cgroup that is to be frozen as a whole, or below it.
  case cgroupOfPlayer
  #if !hasFeature(Embedded)
    /// What should be replayed is no JSON from this byte on, or has no alert in it.
    case notJSON(offset: Int)
    case noAlerts
  #endif

  var exitCode: ExitCode {
    switch self {
    case .cannotOpen(let code): code == 13 || code == 1 ? .noPermission : .noInput
    case .cannotRead(let code): code == 21 ? .noInput : .inputOutput
    case .cannotWrite: .inputOutput
    case .noMemory, .selfTest: .software
    case .notAFile, .emptyFile, .noEvents: .noInput
    case .model, .text, .capture, .cutOffBeforeEvents, .foreignStates, .tooLong: .badData
    case .cannotCreate(let code): code == 13 || code == 1 ? .noPermission : .inputOutput
    case .captureNotWritten: .inputOutput
    case .cgroupCannotFreeze: .noInput
    case .cgroupOfPlayer: .usage
    case .live(let error): Self.exitCode(error)
    #if !hasFeature(Embedded)
      case .notJSON, .noAlerts: .badData
    #endif
    }
  }

  private static func exitCode(_ error: LiveTraceError) -> ExitCode {
    switch error {
    case .notPermitted: .noPermission
    case .noTraceFileSystem, .noSyscallTracepoints, .noPerfEvents: .noInput
    case .noSuchProcess, .noSuchProgram, .notACgroup, .unpreparedCgroup, .cannotStart: .noInput
    case .noSuchCgroup(let code): code == 13 || code == 1 ? .noPermission : .noInput
    case .tooManyEvents, .eventRefused, .noRing, .newCPU: .software
    }
  }

  /// Whether it is about what the player writes, not about what it reads.
  var isOfOutput: Bool {
    if case .cannotWrite = self { return true }
    return false
  }

  /// The fact and what to do, in one line.
  var message: Message {
    switch self {
    case .cannotOpen(let code): Self.opening(code)
    case .cannotRead(let code):
      code == 21
        ? Message("is a directory; name a file") : Message("cannot be read (error #)", code)
    case .cannotWrite: Message("cannot be written; make room or keep its reader running")
    case .noMemory(let byteCount):
      Message("# bytes of memory are not to be had; ask for fewer --processes", byteCount)
    case .notAFile: Message("is not a regular file; name a blob in a file")
    case .emptyFile: Message("is empty; name a file that mle-export wrote")
    case .cutOffBeforeEvents(let offset):
      Message("is cut off at byte #, before its first whole block of events; record anew", offset)
    case .noEvents: Message("holds no event; give it a capture or lines of text")
    case .model(let error): error.message
    case .selfTest(let mismatch): mismatch.message
    case .text(let error, _): error.message
    case .capture(let error): error.message
    case .cannotCreate(let code): Self.creating(code)
    case .captureNotWritten(let code): Self.writing(code)
    case .live(let error): error.message
    case .tooLong(let limit): Message("has # bytes or more; name a shorter file", limit)
    case .cgroupCannotFreeze:
      Message("has no cgroup.freeze; use cgroup v2 and Linux 5.2 or later, or --reach job")
    case .cgroupOfPlayer:
      Message("has the player itself in it or below it; run it elsewhere, or use --reach job")
    case .foreignStates:
      Message("knows no system call; train on what mle-player record has recorded")
    #if !hasFeature(Embedded)
      case .notJSON(let offset):
        Message("is no JSON at byte #; name alerts that mle-player has written", offset)
      case .noAlerts: Message("holds no alert; name alerts that mle-player has written")
    #endif
    }
  }

  private static func writing(_ code: Int32) -> Message {
    switch code {
    case 4: Message("was ended by a signal while its reader did not read; what is before is whole")
    case 28: Message("the disk is full; what is before is whole")
    default: Message("cannot be written (error #); what is before is whole", code)
    }
  }

  private static func creating(_ code: Int32) -> Message {
    switch code {
    case 4: Message("nobody reads from it; start its reader first")
    case 17: Message("exists; name a new file or remove it")
    case 2: Message("its directory does not exist; make it")
    case 1, 13: Message("may not be created; check the permissions of its directory")
    default: Message("cannot be created (error #)", code)
    }
  }

  private static func opening(_ code: Int32) -> Message {
    switch code {
    case 2: Message("does not exist; check the name")
    case 1, 13: Message("may not be read; check its permissions")
    default: Message("cannot be opened (error #)", code)
    }
  }
}

/// Why a file cannot be used, and which; its name lives as long as the process.
struct FileFailure: Error, @unchecked Sendable {
  let failure: Failure
  let file: UnsafePointer<CChar>?
}
