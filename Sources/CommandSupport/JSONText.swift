import Foundation

/// How commands write what they found for programs: indented, keys in order, slashes as they are, so
/// that the same findings are the same text.
public enum JSONText {
  /// - Parameter keys: how names of properties become keys.
  /// - Throws: what the value throws when it is encoded.
  public static func of(
    _ value: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = keys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
