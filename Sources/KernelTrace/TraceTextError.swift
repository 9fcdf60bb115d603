/// Why a line is not one of the text protocol. Columns are in bytes, the first one is 1.
public enum TraceTextError: Error, Equatable, Sendable {
  /// Longer than 4096 bytes.
  case lineTooLong
  /// It begins with neither a number nor a word that begins a record.
  case unknownRecord(column: Int)
  /// It ends before this field.
  case missing(Field)
  /// It goes on after its last field.
  case unexpectedField(column: Int)
  /// The field is not decimal digits.
  case notANumber(Field, column: Int)
  /// The field is outside its range.
  case outOfRange(Field, column: Int)
  /// The state's name is longer than 64 bytes.
  case stateNameTooLong(length: Int, column: Int)
  /// The byte may not be part of a state's name.
  case stateNameByte(found: UInt8, column: Int)
}

extension TraceTextError {
  /// What a line consists of.
  public enum Field: Equatable, Sendable {
    case pid, tid, parentPID, parentTID, childPID, childTID, state, time, programName, lostCount

    /// As the description of the protocol calls it.
    public var name: StaticString {
      switch self {
      case .pid: "PID"
      case .tid: "TID"
      case .parentPID: "PARENT_PID"
      case .parentTID: "PARENT_TID"
      case .childPID: "CHILD_PID"
      case .childTID: "CHILD_TID"
      case .state: "STATE"
      case .time: "TIME"
      case .programName: "NAME"
      case .lostCount: "COUNT"
      }
    }
  }

  /// The fact and what to do, in one line.
  public var message: Message {
    switch self {
    case .lineTooLong:
      Message("is longer than 4096 bytes; write one record a line")
    case .unknownRecord(let column):
      Message(
        "column # is neither a PID nor fork, exec, exit or lost; write PID TID STATE [TIME]", column
      )
    case .missing(let field):
      Message("ends before @; write all fields of the record", subject: field.name)
    case .unexpectedField(let column):
      Message("column # is after the record's last field; remove it", column)
    case .notANumber(let field, let column):
      Message("@ in column # is not a number; write decimal digits", column, subject: field.name)
    case .outOfRange(let field, let column):
      Message(
        "@ in column # is out of range; write PID and TID as 1 to 4294967295, an id below 2^32, others below 2^64",
        column, subject: field.name)
    case .stateNameTooLong(let length, let column):
      Message("STATE in column # has # bytes, 64 are allowed; shorten the name", column, length)
    case .stateNameByte(let found, let column):
      Message(
        "STATE has the byte # in column #; use printable ASCII other than \" and \\", found, column)
    }
  }
}

extension TraceTextError: CustomStringConvertible {
  /// The fact and what to do, in one line.
  public var description: String { message.text }
}
