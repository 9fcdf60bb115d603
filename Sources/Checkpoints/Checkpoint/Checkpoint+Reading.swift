import ModelFormat
import TraceData

extension Checkpoint {
  static let format = "mle-checkpoint"
  static let version: Int64 = 1

  /// Reads a checkpoint of ours or one that anybody wrote with h5py, and checks all of it.
  ///
  /// - Throws: what is wrong with the file; it is never half read.
  public static func read(_ path: String) throws(CheckpointError) -> Checkpoint {
    let reader: CheckpointReader
    do {
      reader = CheckpointReader(path: path, root: try HDF5File(reading: path).root)
    } catch { throw CheckpointError(path, .hdf5(error)) }
    return try reader.checkpoint()
  }
}
