import Evaluation
import Foundation
import ModelFormat
import Scoring

/// Reads blobs for the commands that look into them.
public enum BlobFile {
  /// Reads a blob.
  ///
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

  /// Reads a blob and scores its golden events.
  ///
  /// - Throws: `FileError` where it cannot be read, is no blob or scores differently here.
  public static func loadVerified(_ path: String) throws -> (model: LoadedModel, bytes: Data) {
    let (loaded, bytes) = try load(path)
    do throws(GoldenMismatch) {
      try loaded.runGoldenEvents()
    } catch {
      throw FileError(path, .software, error.message.text)
    }
    return (loaded, bytes)
  }
}
