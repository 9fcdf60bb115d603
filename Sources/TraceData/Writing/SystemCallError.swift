import Foundation

/// A call to the operating system that failed.
public struct SystemCallError: Error, Equatable, Sendable {
  /// Which; `create` for an `UnfinishedFile`.
  public let call: String
  /// Its `errno`.
  public let code: Int32

  /// A call that failed.
  public init(call: String, code: Int32) {
    self.call = call
    self.code = code
  }
}

extension SystemCallError: CustomStringConvertible {
  /// *fact; what to do*.
  public var description: String { "\(fact); \(remedy)" }

  var fact: String {
    switch (call, code) {
    case ("create", EISDIR): "is a directory"
    case ("create", EEXIST): "is a pipe or device"
    case ("create", EBUSY): "is being made by another program"
    case ("create", _): String(cString: strerror(code))
    default: "\(call): \(String(cString: strerror(code)))"
    }
  }

  var remedy: String {
    switch (call, code) {
    case ("create", EISDIR), ("create", EEXIST): "name a file"
    case ("create", EBUSY): "wait for it, or name another output"
    default: "check the path, its space and its permissions"
    }
  }
}
