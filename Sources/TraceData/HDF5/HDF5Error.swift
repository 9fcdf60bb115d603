import Foundation

/// What is wrong with an HDF5 file, and where.
public struct HDF5Error: Error, Equatable, Sendable {
  /// The file, as the caller named it.
  public let path: String
  /// The object or attribute inside it, such as `/events/state` or `/@format`; empty for the file.
  public let object: String
  /// What happened.
  public let fault: Fault

  /// What can be wrong.
  public enum Fault: Equatable, Sendable {
    case fileMissing
    case fileEmpty
    case isDirectory
    case notHDF5
    /// The HDF5 library refused; its innermost reason.
    case unreadable(reason: String)
    case objectMissing
    /// A group where a data set was asked for, or the other way round.
    case wrongKind(expected: String)
    case wrongType(found: String, expected: String)
    case wrongShape(found: [Int], expected: [Int])
    /// A number that the type that was asked for does not hold.
    case valueOutOfRange(value: String, type: String)
    case notUTF8(index: Int)
    /// The data set is packed in a way that this HDF5 library does not know.
    case missingFilter(name: String, number: Int32)
    /// A shape that cannot be the file's: more bytes than what is stored could unpack to.
    case implausibleSize(elements: [Int], storedBytes: Int)
    /// The HDF5 library could not write; its innermost reason.
    case writeFailed(reason: String)
    /// A call to the operating system failed.
    case system(SystemCallError)
  }

  init(_ path: String, _ object: String, _ fault: Fault) {
    self.path = path
    self.object = object
    self.fault = fault
  }

  /// Of the file itself.
  init(_ path: String, _ fault: Fault) { self.init(path, "", fault) }
}

extension HDF5Error: CustomStringConvertible {
  /// *file: fact; what to do*, without the program's name.
  public var description: String {
    let place = object.isEmpty ? path : "\(path): \(object)"
    return "\(place): \(fault.fact); \(fault.remedy)"
  }
}

extension HDF5Error.Fault {
  var fact: String {
    switch self {
    case .fileMissing: "no such file"
    case .fileEmpty: "the file is empty"
    case .isDirectory: "is a directory"
    case .notHDF5: "not an HDF5 file"
    case .unreadable(let reason): "cannot be read (\(reason))"
    case .objectMissing: "missing"
    case .wrongKind(let expected): "not a \(expected)"
    case .wrongType(let found, let expected): "has type \(found), expected \(expected)"
    case .wrongShape(let found, let expected):
      "has shape \(Self.text(found)), expected \(Self.text(expected))"
    case .valueOutOfRange(let value, let type): "the value \(value) does not fit \(type)"
    case .notUTF8(let index): "string \(index) is not UTF-8"
    case .missingFilter(let name, let number):
      "is packed with filter \(number) '\(name)', which this HDF5 library does not have"
    case .implausibleSize(let elements, let storedBytes):
      "claims shape \(Self.text(elements)), which \(storedBytes) stored bytes cannot hold"
    case .writeFailed(let reason): "cannot be written (\(reason))"
    case .system(let error): error.fact
    }
  }

  var remedy: String {
    switch self {
    case .fileMissing: "check the path"
    case .fileEmpty, .implausibleSize: "make or copy the file again"
    case .isDirectory, .notHDF5: "name an HDF5 file"
    case .missingFilter: "write it with gzip or without compression"
    case .unreadable:
      "the file is damaged or cut off, or a newer HDF5 wrote it with libver='latest': "
        + "make or copy it again"
    case .objectMissing, .wrongKind, .wrongType, .wrongShape, .valueOutOfRange, .notUTF8:
      "write the file as the format's page says"
    case .writeFailed: "check space and permissions"
    case .system(let error): error.remedy
    }
  }

  private static func text(_ shape: [Int]) -> String {
    "(" + shape.map { $0 < 0 ? "any" : String($0) }.joined(separator: ", ") + ")"
  }
}
