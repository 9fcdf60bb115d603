import Foundation
import KernelTrace

/// Why traces cannot be read, imported or written.
public enum TraceDataError: Error, Equatable, Sendable {
  /// Below the data set's own rules: the file, an object in it, the disk.
  case hdf5(HDF5Error)
  /// An HDF5 file of something else; `format` is what it says it is.
  case notTraces(path: String, format: String?)
  /// A version of the data set format that this reader does not know.
  case unsupportedVersion(path: String, found: Int)
  /// A rule of the data set format does not hold for `object`.
  case brokenRule(path: String, object: String, DatasetRule)
  /// The input does not exist.
  case missingInput(path: String)
  /// There is nothing in the input.
  case emptyInput(path: String)
  /// A part of a data set that is cut in two would have no event.
  case emptyPart(path: String)
  /// A call to the operating system failed; `code` is its `errno`.
  case system(path: String, call: String, code: Int32)
  /// The input's compression ends early or does not unpack.
  case damagedCompression(path: String, reason: String)
  /// What comes from the standard input would have to be unpacked by another program.
  case packedStandardInput(path: String, program: String)
  /// The program that unpacks this input is not installed.
  case missingUnpacker(path: String, program: String)
  /// A line of text that is not what the format says; lines count from 1.
  case badLine(path: String, line: Int, fact: String)
  /// A line that is none of the text protocol; lines count from 1.
  case badRecord(path: String, line: UInt64, TraceTextError)
  /// A capture that no device wrote, or that was damaged since.
  case badCapture(path: String, CaptureError)
  /// Two ids of the source's alphabet have one name, or an id two.
  case conflictingName(path: String, name: String, id: UInt32)

  /// Of a call that could not get at an input; `code` is its `errno`.
  static func unreachable(_ path: String, call: String, code: Int32) -> TraceDataError {
    code == ENOENT || code == ENOTDIR
      ? .missingInput(path: path) : .system(path: path, call: call, code: code)
  }
}

/// The rules of a data set that a file can break.
public enum DatasetRule: Equatable, Sendable {
  case vector(rank: Int)
  case length(found: Int, expected: Int)
  case firstOffset(UInt64)
  case lastOffset(UInt64, events: Int)
  case offsetDecreases(sequence: Int)
  case stateBelowVocabulary(event: Int, state: UInt32, vocabulary: Int)
  case label(index: Int, value: UInt8)
  case parentBeforeChild(sequence: Int, parent: UInt32)
  case parentEvents(sequence: Int, found: UInt64, parentHas: Int)
  case unknownFirst
  case stateName(index: Int)
  case distinctNames(index: Int)
  case distinctIDs(index: Int)
  case intervalEnd(index: Int)
  case recordingEnd(index: Int)
}

extension TraceDataError: CustomStringConvertible {
  /// *file: fact; what to do*, without the program's name.
  public var description: String {
    switch self {
    case .hdf5(let error): error.description
    case .notTraces(let path, let format):
      "\(path): "
        + (format.map { "its format is '\($0)', not 'mle-traces'" } ?? "has no attribute 'format'")
        + "; name a data set of traces, or import one"
    case .unsupportedVersion(let path, let found):
      "\(path): data set version \(found), this program reads version 1; use a newer program"
    case .brokenRule(let path, let object, let rule):
      "\(path): \(object): \(rule.fact); write the file as the format's page says"
    case .missingInput(let path): "\(path): no such file; check the path"
    case .emptyInput(let path): "\(path): there is no event in it; name another input"
    case .emptyPart(let path):
      "\(path): would have no event; cut the data set elsewhere, or record more"
    case .system(let path, let call, let code):
      "\(path): \(SystemCallError(call: call, code: code))"
    case .damagedCompression(let path, let reason):
      "\(path): cannot be unpacked (\(reason)); copy the file again"
    case .packedStandardInput(let path, let program):
      "\(path): is packed, which the standard input cannot be; unpack it with \(program) -dc"
    case .missingUnpacker(let path, let program):
      "\(path): needs the program '\(program)'; install it, or unpack the file first"
    case .badLine(let path, let line, let fact): "\(path): line \(line): \(fact); correct the input"
    case .badRecord(let path, let line, let error): "\(path): line \(line): \(error)"
    case .badCapture(let path, let error): "\(path): \(error.message.text)"
    case .conflictingName(let path, let name, let id):
      "\(path): state \(id) cannot be named '\(name)': name or id is taken; name states differently"
    }
  }
}

extension DatasetRule {
  /// What is wrong, with numbers.
  public var fact: String {
    switch self {
    case .vector(let rank): "has \(rank) dimensions, must have one"
    case .length(let found, let expected): "has \(found) entries, must have \(expected)"
    case .firstOffset(let value): "begins with \(value), must begin with 0"
    case .lastOffset(let value, let events): "ends with \(value), must end with \(events)"
    case .offsetDecreases(let sequence): "decreases at sequence \(sequence)"
    case .stateBelowVocabulary(let event, let state, let vocabulary):
      "event \(event) has state \(state), the vocabulary has \(vocabulary)"
    case .label(let index, let value): "entry \(index) is \(value), must be 0, 1 or 255"
    case .parentBeforeChild(let sequence, let parent):
      "sequence \(sequence) has parent \(parent), which does not come before it"
    case .parentEvents(let sequence, let found, let parentHas):
      "sequence \(sequence) forks after \(found) events of a parent that has \(parentHas)"
    case .unknownFirst: "entry 0 must be the unknown state: id 0, name 'unknown'"
    case .stateName(let index):
      "entry \(index) must be 1 to 64 bytes of printable ASCII without space, \" and \\"
    case .distinctNames(let index): "entry \(index) has the name of an earlier one"
    case .distinctIDs(let index): "entry \(index) has the id of an earlier one"
    case .intervalEnd(let index): "interval \(index) ends before it starts"
    case .recordingEnd(let index): "recording \(index) ends before it starts"
    }
  }
}
