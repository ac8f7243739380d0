BUCKET = {'Bucket': 'bucket'}
OBJECT = {'Bucket': 'bucket', 'Key': 'folder/a b.txt'}
LOST = {'Bucket': 'bucket', 'Key': 'lost'}
NOWHERE = {'Bucket': 'nowhere', 'Key': 'a'}

DEVIATIONS = {
    ('*', 'http'): 'botocore takes the bucket for a part of the endpoint',
    ('ListObjectsV2', 'MaxKeys', 'min'): 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html has no negative ones',
}


def scenario(s3):
    s3.good('PutObject', {**OBJECT, 'Body': b'0123456789', 'ContentType': 'text/plain', 'ServerSideEncryption': 'AES256'}, 'ETag')
    s3.good('PutObject', {**OBJECT, 'Body': b'0123456789', 'ChecksumAlgorithm': 'SHA256'}, 'ETag')
    s3.fails('PutObject', {**OBJECT, 'Body': b'0', 'ChecksumSHA256': 'x'}, 400, 'BadDigest')
    s3.fails('PutObject', NOWHERE, 404, 'NoSuchBucket')
    s3.good('GetObject', {**OBJECT, 'Range': 'bytes=2-4'}, 'Body', 'ETag', 'ContentType', 'LastModified', 'ContentRange')
    s3.fails('GetObject', LOST, 404, 'NoSuchKey')
    s3.fails('GetObject', {**OBJECT, 'IfMatch': '"x"'}, 412, 'PreconditionFailed')
    s3.fails('GetObject', {**OBJECT, 'Range': 'bytes=20-30'}, 416, 'InvalidRange')
    s3.fails('GetObject', {**OBJECT, 'ExpectedBucketOwner': '210987654321'}, 403, 'AccessDenied')
    s3.good('HeadObject', OBJECT, 'ContentLength', 'ETag')
    s3.fails('HeadObject', LOST, 404, '404')
    s3.good('ListObjectsV2', {**BUCKET, 'Prefix': 'folder/', 'MaxKeys': 1}, 'Contents', 'KeyCount', 'IsTruncated')
    s3.fails('ListObjectsV2', {'Bucket': 'nowhere'}, 404, 'NoSuchBucket')
    s3.good('GetBucketLocation', BUCKET, 'LocationConstraint')
    s3.fails('GetBucketLocation', {'Bucket': 'nowhere'}, 404, 'NoSuchBucket')
    s3.good('GetBucketEncryption', BUCKET, 'ServerSideEncryptionConfiguration')
    s3.fails('GetBucketEncryption', {'Bucket': 'nowhere'}, 404, 'NoSuchBucket')
    s3.good('DeleteObject', LOST)
    s3.fails('DeleteObject', NOWHERE, 404, 'NoSuchBucket')


SCENARIOS = {'s3': scenario}
