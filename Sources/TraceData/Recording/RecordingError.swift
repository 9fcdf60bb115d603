/// Why the text of a recording could not be imported.
public enum RecordingError: Error, Equatable, Sendable {
  /// Line `number`, counted from 1, is not a recorded system call.
  case line(file: String, number: Int, RecordedLineProblem)
  /// The call of line `number` was complete `nanoseconds` before one that is `window` lines away
  /// and was already passed on.
  case outOfOrder(file: String, number: Int, nanoseconds: UInt64, window: Int)
}

/// What is wrong with a line.
public enum RecordedLineProblem: Error, Equatable, Sendable {
  /// It has only `found` of the 15 fields.
  case tooFewFields(found: Int)
  /// A field is not what its place asks for.
  case field(RecordedField)
  /// It is longer than `limit` bytes.
  case tooLong(limit: Int)
}

/// The fields of a line, in their order.
public enum RecordedField: Int, Sendable {
  case entryTime = 1
  case process, thread, programName, callName
  case argument0, argument1, argument2, argument3, argument4, argument5
  case result, duration, descriptor, path
}

extension RecordingError: CustomStringConvertible {
  /// *file: fact; what to do*.
  public var description: String {
    switch self {
    case .line(let file, let number, let problem): "\(file): line \(number) \(problem)"
    case .outOfOrder(let file, let number, let nanoseconds, let window):
      "\(file): line \(number) is \(nanoseconds) ns behind calls \(window) lines away; "
        + "sort the file by the time of return (first plus thirteenth field)"
    }
  }
}

extension RecordedLineProblem: CustomStringConvertible {
  /// The fact and what to do, to follow the number of the line.
  public var description: String {
    switch self {
    case .tooFewFields(let found):
      "has \(found) of 15 fields; is it a recording, and whole?"
    case .field(let field):
      "has a bad field \(field.rawValue) (\(field.meaning)); is it a recording, and whole?"
    case .tooLong(let limit): "is longer than \(limit) bytes; is it a recording?"
    }
  }
}

extension RecordedField {
  fileprivate var meaning: String {
    switch self {
    case .entryTime: "time of entry in ns"
    case .process: "process id"
    case .thread: "thread id"
    case .programName: "program name"
    case .callName: "system call"
    case .argument0, .argument1, .argument2, .argument3, .argument4, .argument5:
      "argument in hexadecimal"
    case .result: "result"
    case .duration: "duration in ns"
    case .descriptor: "kind of descriptor"
    case .path: "path or address"
    }
  }
}
