import Evaluation
import Foundation
import ModelFormat

/// Reads blobs for the commands that look into them.
public enum BlobFile {
  /// - Throws: `FileError` where it cannot be read or is no blob.
  public static func load(_ path: String) throws -> (
    model: LoadedModel, bytes: Data
  ) {
    let bytes = try WholeFile.read(path)
    do {
      return (try LoadedModel(bytes: bytes), bytes)
    } catch {
      throw FileError(path, .badData, error.message.text)
    }
  }
}
