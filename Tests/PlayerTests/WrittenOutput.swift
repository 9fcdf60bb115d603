import Foundation
import TestSupport

@testable import Player

/// What `body` writes.
func written(_ body: (inout Output) throws -> Void) throws -> String {
  let directory = try TemporaryDirectory()
  let path = directory.file("output")
  let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
  defer { close(descriptor) }
  var output = Output(descriptor: descriptor)
  try body(&output)
  output.flush()
  return String(decoding: try directory.read("output"), as: UTF8.self)
}
